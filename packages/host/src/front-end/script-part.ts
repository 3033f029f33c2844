import { type PackedPart, packScript } from '@isapi-host/worker-runtime/protocol';
import type { ExtensionResolution } from '../name-space/resolution.ts';

const kept = new WeakMap<ExtensionResolution, PackedPart>();

/** The script part of a control block. That of a resolution which serves many requests is packed once. */
export function scriptPartOf(resolution: ExtensionResolution): PackedPart {
  const known = kept.get(resolution);
  if (known !== undefined) return known;
  const { name, module } = resolution.extension;
  const { scriptName, pathInfo, pathTranslated, scriptTranslated } = resolution;
  const part = packScript({
    extension: name,
    module,
    scriptName,
    pathInfo,
    pathTranslated,
    scriptTranslated,
  });
  // The name space freezes the ones it gives out again and again.
  if (Object.isFrozen(resolution)) kept.set(resolution, part);
  return part;
}

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import type {
  ExtensionConfig,
  HostConfig,
  ScriptMap,
} from '@isapi-host/host/internal/config/host-config';

/** What a name space is built from. */
export type SiteSettings = Pick<HostConfig, 'site' | 'extensions' | 'unlistedExtensions'>;

/** A tree of files that the tests of one file share; it goes away after them. */
export class TempTree {
  /** Real path of the tree's folder. */
  readonly path: string;

  constructor() {
    this.path = realpathSync(mkdtempSync(join(tmpdir(), 'isapi-site-')));
    after(() => {
      rmSync(this.path, { recursive: true, force: true });
    });
  }

  /** Physical path of a file of the tree. */
  at(path: string): string {
    return join(this.path, path);
  }

  /** Writes files by path and text; a path that ends with a slash makes a folder. */
  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) {
      if (path.endsWith('/')) {
        mkdirSync(this.at(path), { recursive: true });
      } else {
        mkdirSync(dirname(this.at(path)), { recursive: true });
        writeFileSync(this.at(path), text);
      }
    }
  }

  /** Makes symbolic links by path and target. */
  link(links: Readonly<Record<string, string>>): void {
    for (const [path, target] of Object.entries(links)) {
      mkdirSync(dirname(this.at(path)), { recursive: true });
      symlinkSync(target, this.at(path));
    }
  }
}

/** Settings of a name space, with the given parts in place of the defaults. */
export function siteSettings(
  root: string,
  {
    extensions = {},
    unlistedExtensions = false,
    ...site
  }: Partial<Omit<SiteSettings, 'site'> & SiteSettings['site']> = {},
): SiteSettings {
  return {
    site: {
      name: 'test site',
      root,
      defaultDocuments: ['index.html'],
      virtualDirectories: {},
      errorPages: {},
      ...site,
    },
    extensions,
    unlistedExtensions,
  };
}

/** One listed extension, with the given parts in place of the defaults. */
export function listed(module: string, parts: Partial<ExtensionConfig> = {}): ExtensionConfig {
  return {
    module,
    paths: [],
    scriptMaps: [],
    wildcard: undefined,
    pool: 'default',
    preload: false,
    ...parts,
  };
}

/** A script map, with the given parts in place of IIS's defaults. */
export function scriptMap(suffix: string, parts: Partial<ScriptMap> = {}): ScriptMap {
  return { suffix, verbs: [], fileMustExist: true, pathInfo: 'full', ...parts };
}

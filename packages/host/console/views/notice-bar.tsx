import type { Notice } from '../console-state.ts';
import { h, type JSX } from '../libraries/preact.js';

export interface NoticeBarProps {
  readonly notice: Notice | undefined;
  readonly onDismiss: () => void;
}

/** Always there, so that screen readers tell what comes into it. */
export function NoticeBar({ notice, onDismiss }: NoticeBarProps): JSX.Element {
  return (
    <div id="notice" class={notice?.kind ?? ''} role="status">
      {notice !== undefined && <span>{notice.text}</span>}
      {notice !== undefined && notice.kind !== 'doing' && (
        <button type="button" onClick={onDismiss}>
          Dismiss
        </button>
      )}
    </div>
  );
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findDirectory,
  type SiteDirectory,
  type SiteTable,
} from '@isapi-host/worker-runtime/protocol';
import { locate, type Place } from './confinement.ts';
import { missingKind, type MissingKind } from './file-errors.ts';
import { judgeName, type NameKind } from './file-name.ts';

/** What is at a physical path; `other` is a device, pipe or socket. */
export type FileKind = 'file' | 'folder' | 'other' | MissingKind;

/**
 * A decoded path laid over the folder that answers it. Counts are of names below that folder: `urlTo(0)` is the
 * folder's own URL, `urlTo(2)` goes two names deeper. Lives for one resolution and asks for each file once.
 */
export class PathWalk {
  readonly path: string;
  readonly directory: SiteDirectory;
  /** The segments below the folder, without the empty one behind a slash at the end. */
  readonly names: readonly string[];
  readonly endsWithSlash: boolean;
  /** How many leading names can be names of files. */
  readonly usable: number;
  /** What the first name is that cannot; `plain` if all can. */
  readonly flaw: NameKind;
  readonly #kinds = new Map<number, FileKind>();
  /** A name known to be no folder, and what all names below it are. */
  #end: { readonly count: number; readonly below: FileKind } | undefined;

  constructor(table: SiteTable, path: string) {
    this.path = path;
    this.directory = findDirectory(table, path);
    const names = path.slice(this.directory.url.length).split('/').slice(1);
    this.endsWithSlash = names.at(-1) === '';
    if (this.endsWithSlash) names.pop();
    this.names = names;

    const flawed = names.findIndex((name) => judgeName(name) !== 'plain');
    this.usable = flawed === -1 ? names.length : flawed;
    this.flaw = flawed === -1 ? 'plain' : judgeName(names[flawed] ?? '');
  }

  /** Whether the folder allows any of these. */
  allows(...access: SiteDirectory['access']): boolean {
    return access.some((kind) => this.directory.access.includes(kind));
  }

  urlTo(count: number): string {
    const below = this.names.slice(0, count).map((name) => `/${name}`);
    return this.directory.url + below.join('');
  }

  /** What follows the first names: `''`, or a path that starts with a slash. */
  restAfter(count: number): string {
    return this.path.slice(this.urlTo(count).length);
  }

  fileTo(count: number): string {
    return join(this.directory.path, this.#below(count));
  }

  /**
   * What is there. Names that cannot be names of files are missing.
   *
   * Nothing is asked about what lies below a name that is no folder, or a path of a thousand names would cost a
   * thousand questions.
   */
  async kindOf(count: number): Promise<FileKind> {
    const known = this.#kinds.get(count);
    if (known !== undefined) return known;
    if (count > this.usable) return 'missing';
    if (this.#end !== undefined && count > this.#end.count) return this.#end.below;

    const kind = await readKind(this.fileTo(count));
    this.#kinds.set(count, kind);
    if (kind !== 'folder') this.#end = { count, below: belowOf(kind) };
    return kind;
  }

  /** Where the file really is. */
  locate(count: number): Promise<Place> {
    return locate(this.directory.path, this.#below(count));
  }

  /** Where the nearest folder above the file really is. */
  async locateParent(count: number): Promise<Place> {
    let folders = 0;
    while (folders < count && (await this.kindOf(folders)) === 'folder') folders++;
    return this.locate(Math.max(0, folders - 1));
  }

  #below(count: number): string {
    return join('.', ...this.names.slice(0, count));
  }
}

/** What is below something that is no folder. */
function belowOf(kind: Exclude<FileKind, 'folder'>): FileKind {
  return kind === 'missing' || kind === 'denied' ? kind : 'belowFile';
}

async function readKind(path: string): Promise<FileKind> {
  try {
    const stats = await stat(path);
    if (stats.isFile()) return 'file';
    return stats.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    return missingKind(error);
  }
}

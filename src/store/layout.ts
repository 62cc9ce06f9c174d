import path from 'node:path';

/** Contents up to this many bytes share bundle files once a command stores many of them. */
export const SMALL_BYTES = 8192;

/** Where the parts of the store are below `<commonDir>/lode`. The layout's version is in the folder names. */
export interface StoreLayout {
  readonly objects: string;
  readonly bundles: string;
  readonly temporary: string;
  /** Large objects whose fetch was cut, for the next one. */
  readonly partial: string;
  /** Objects that were found damaged, for people to look at. */
  readonly damaged: string;
  /** Records of processes that have named objects which may not be on disk yet. */
  readonly unflushed: string;
}

export function storeLayout(sharedDir: string): StoreLayout {
  return {
    objects: path.join(sharedDir, 'objects-1'),
    bundles: path.join(sharedDir, 'bundles-1'),
    temporary: path.join(sharedDir, 'tmp'),
    partial: path.join(sharedDir, 'partial'),
    damaged: path.join(sharedDir, 'damaged'),
    unflushed: path.join(sharedDir, 'unflushed'),
  };
}

export function objectFile(layout: StoreLayout, oid: string): string {
  return path.join(layout.objects, oid.slice(0, 2), oid);
}

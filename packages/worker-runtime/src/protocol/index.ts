export * from './answer.ts';
export * from './buffer-pool.ts';
export * from './control-block.ts';
export * from './messages.ts';
export * from './requests.ts';
export * from './site-table.ts';
export * from './slab.ts';
export * from './wire-error.ts';

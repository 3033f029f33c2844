// Browsers know no package names: the host serves preact at the URL of this file's module.
export * from 'preact';

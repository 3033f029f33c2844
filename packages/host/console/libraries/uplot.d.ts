// Browsers know no package names: the host serves uPlot at the URL of this file's module.
export { default } from 'uplot';

// reporters that need Node
export { type CanvasLibrary, pngPlots, pngPlotsWith } from './png/png-plots.js';

// what needs Node: plots as PNG, tables by a thread, and names of places from a list or a language model
export { type ChatNamerOptions, chatNamer, type NameCache } from './names/chat-namer.js';
export type { ChatEndpoint } from './names/chat-request.js';
export { gazetteerNamer } from './names/gazetteer-namer.js';
export { nameCache } from './names/name-cache.js';
export { acceptedName, type NamedPlaces, type PlaceNamer, type PlaceToName } from './names/place-namer.js';
export { placeNames } from './names/place-names.js';
export { type CanvasLibrary, pngPlots, pngPlotsWith } from './png/png-plots.js';
export { locationTables } from './tables/location-tables.js';

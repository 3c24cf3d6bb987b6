export type { RunningGateway } from './server.js';
export type { Settings } from './settings.js';
export type { Surroundings } from './surroundings.js';
export { startGateway } from './server.js';
export { readSettings } from './settings.js';
export { settleSurroundings } from './surroundings.js';

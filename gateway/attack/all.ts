import type { Attack } from './attack.js';
import { framingAttacks } from './framing.js';
import { identityAttacks } from './identity.js';
import { parserAttacks } from './parsers.js';
import { targetAttacks } from './target.js';
import { tokenAttacks } from './tokens.js';


/** Every attack, in the order in which they are tried: what could end a process comes last. */
export const attacks: readonly Attack[] = [...identityAttacks, ...targetAttacks, ...tokenAttacks, ...framingAttacks, ...parserAttacks];

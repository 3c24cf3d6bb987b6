import type { IncomingHttpHeaders } from 'node:http';

import type { Format } from './accept.js';
import type { Refusal } from './refusal.js';
import type { Answer } from './render.js';
import { chooseFormat } from './accept.js';
import { renderRefusal, renderValue } from './render.js';


/** As far as an answer hangs on a request: by what it accepts. */
interface Asked {
    readonly headers: IncomingHttpHeaders;
}

/** Answers with a refusal, in the format that the request accepts; where it accepts none, in JSON. */
export function refuse(refusal: Refusal, request: Asked): Answer {

    return renderRefusal(refusal, formatOf(request));
}

/** Answers with a token or `true`, in the format that the request accepts; where it accepts none, in JSON. */
export function giveValue(value: string | true, request: Asked): Answer {

    return renderValue(value, formatOf(request));
}

function formatOf({ headers: { accept } }: Asked): Format {

    return chooseFormat(accept) ?? 'json';
}

import type { Answer, Came, Judge } from './attack.js';


/** Whether an answer turns a request down. 501 and 505 say so, too, of methods and versions. */
function turnsDown({ status }: Answer): boolean {

    return (status >= 400 && status < 500) || status === 501 || status === 505;
}

function countFault({ answers }: Came): string | undefined {

    return answers.length > 1 ? `there were ${answers.length} answers to one request` : undefined;
}

/** Right is one refusal, or a closed connection. */
export const refused: Judge = (came) => {

    const [answer] = came.answers;
    if (answer === undefined) {
        return came.isClosed ? undefined : 'there was no answer, and the connection stayed open';
    }

    return countFault(came) ?? (turnsDown(answer) ? undefined : `it was ${answer.status >= 500 ? 'a failure' : 'served'}: ${answer.status}`);
};

/** Right is a refusal after which nothing more is taken from the connection. */
export const broken: Judge = (came, honest) => refused(came, honest) ?? (came.isClosed ? undefined : 'the connection stayed open');

// What is another one in each answer: ids, spans and times

const changing = /[\da-f]{8}-[\da-f-]{27}|[\da-f]{16,}|\d{4}-\d\d-\d\dT[\d:.]+|\d{10,}/gi;
const settle = (body: string) => body.replace(changing, '*');

/** Right is what the same caller gets who plays by the rules; the body, too, where it is the same each time. */
export const same: Judge = (came, honest) => {

    const [answer] = came.answers;
    const [one, other] = honest.map(({ answers: [first] }) => first);
    if (answer === undefined || one === undefined || other === undefined) {
        return 'there was no answer';
    }

    if (answer.status !== one.status) {
        return `it was ${answer.status}, and by the rules it is ${one.status}`;
    }

    const isSteady = settle(one.body) === settle(other.body);
    return countFault(came) ?? (isSteady && settle(answer.body) !== settle(one.body) ? 'the answer says something else than by the rules' : undefined);
};

/** Right is also an answer in time. */
export function soon(judge: Judge, withinMs: number): Judge {

    return (came, honest) => (came.elapsedMs > withinMs ? `it took ${Math.round(came.elapsedMs)} ms` : judge(came, honest));
}

/** Right is also an answer in which something is not to be found. */
export function without(pattern: RegExp, what: string, judge: Judge): Judge {

    return (came, honest) => (came.answers.some(({ body, headers }) => pattern.test([...headers, body].join('\n'))) ? `the answer has ${what}` : judge(came, honest));
}

/** Right is an answer in which something is to be found, whatever its status. */
export function containing(pattern: RegExp, what: string): Judge {

    return ({ answers }) => (answers.length > 0 && answers.every(({ body }) => pattern.test(body)) ? undefined : `the answer has no ${what}`);
}

/** Right is either. */
export function either(one: Judge, other: Judge): Judge {

    return (came, honest) => (one(came, honest) === undefined ? undefined : other(came, honest));
}

/** Right is any answer at all, unless it is a failure. */
export const answered: Judge = (came) => {

    const [answer] = came.answers;
    if (answer === undefined) {
        return came.isClosed ? undefined : 'there was no answer, and the connection stayed open';
    }

    return countFault(came) ?? (answer.status >= 500 && !turnsDown(answer) ? `it was a failure: ${answer.status}` : undefined);
};

/** Right is one answer for each judge, in this order, on one connection. */
export function inTurn(...judges: readonly Judge[]): Judge {

    return ({ answers, ...came }, honest) => {

        if (answers.length !== judges.length) {
            return `there were ${answers.length} answers to ${judges.length} requests`;
        }

        return judges.map((judge, place) => judge({ ...came, answers: answers.slice(place, place + 1) }, honest)).find((fault) => fault !== undefined);
    };
}

/** Right is to be served. */
export const served: Judge = ({ answers: [answer] }) => (answer !== undefined && answer.status < 300 ? undefined : `it was not served: ${answer?.status ?? 'no answer'}`);

/** Right is an answer that no cache gives to somebody else, unless whoever made it says that it may. */
export const kept: Judge = ({ answers: [answer] }) => {

    const caching = answer?.headers.get('cache-control') ?? '';
    const varies = /\*|authorization/i.test(answer?.headers.get('vary') ?? '');
    return varies || /private|no-store|no-cache/i.test(caching) ? undefined : `the answer may be kept and given to others: Cache-Control "${caching}", and Vary does not name Authorization`;
};

/** Right is that the other side does not wait any longer. */
export const givenUp: Judge = ({ isClosed, elapsedMs }) => (isClosed ? undefined : `the connection was still open after ${Math.round(elapsedMs / 1_000)} s`);

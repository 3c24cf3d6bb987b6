import type { Caller } from '../caller.js';
import { grants } from './acl.js';
import type { Acl } from './acl.js';


/** What a call asks for, and who asks. */
export interface Question {
    readonly resources: readonly string[];
    readonly caller: Caller;
    /** What the caller's role lists. Customers and guests have none, whatever is given here. */
    readonly role: ReadonlySet<string>;
    /** Absent where no `acl.xml` is known: every resource then counts as declared. */
    readonly acl?: Acl | undefined;
    /** Whether a customer may be `self` at the store of this call: `isSelfHere()`. */
    readonly selfHere: boolean;
}

/** `missing` holds the resources that the caller lacks, for whoever asks why; a refusal in Magento's words names all of the route's (SPEC 7.2). */
export type Decision =
    | { readonly kind: 'allowed' }
    | { readonly kind: 'refused'; readonly missing: readonly string[] };

const allowed: Decision = Object.freeze({ kind: 'allowed' });

/** Decides whether a caller may use what asks for `resources`: every one of them must be granted, so an empty list lets everybody in. SPEC 7.1, 7.3. */
export function decide(question: Question): Decision {

    const isMissing = (resource: string) => !isGranted(resource, question);
    return question.resources.some(isMissing) ? { kind: 'refused', missing: question.resources.filter(isMissing) } : allowed;
}

/** Decides as SOAP did in 2.0.0, where one granted resource is enough and an empty list lets nobody in. SPEC 9.6. */
export function decideAny(question: Question): Decision {

    return question.resources.some((resource) => isGranted(resource, question)) ? allowed : { kind: 'refused', missing: question.resources };
}

function isGranted(resource: string, { caller, role, acl, selfHere }: Question): boolean {

    switch (caller.type) {
        case 'guest':
            return resource === 'anonymous';
        case 'customer':
            return resource === 'anonymous' || resource === 'self' && selfHere && Number(caller.id) > 0;
        case 'admin':
        case 'integration':
            return resource === 'anonymous' || grants(role, resource, acl);
    }
}

import type { AccountType } from '../caller.js';


/** Whose messages and rules: Magento 2.0's or 2.4's (SPEC 14). */
export type Profile = '2.0' | '2.4';

/** The sentences that changed between the profiles. Placeholders (`%resources`) stay in them, as in Magento (SPEC 8.5). */
interface Messages {
    readonly notAuthorized: string;
    readonly signIn: Readonly<Record<AccountType, string>>;
    readonly noRole: string;
    readonly required: string;
    /** Rendered by Magento before it is sent: no placeholder is left. */
    readonly fieldType: (got: string, expected: string) => string;
    readonly methodUnsupported: (method: string) => string;
    readonly unprocessable: string;
}

export const unknownRouteMessage = 'Request does not match any route.';

// 2.3 and later
const signIn = 'The account sign-in was incorrect or your account is disabled temporarily. Please wait and try again later.';

/** Sources: SPEC 1.6, 1.10, 4.4, 7.2 and 14; framework/Exception/SerializationException.php of 2.0 for its `fieldType`. */
export const messages: Readonly<Record<Profile, Messages>> = {
    '2.0': {
        notAuthorized: 'Consumer is not authorized to access %resources',
        signIn: { customer: 'Invalid login or password.', admin: 'You did not sign in correctly or your account is temporarily disabled.' },
        noRole: 'You need more permissions to access this.',
        required: '%fieldName is a required field.',
        fieldType: (got, expected) => `Invalid type for value: "${got}". Expected Type: "${expected}".`,
        methodUnsupported: () => 'Request method is invalid.',
        unprocessable: unknownRouteMessage
    },
    '2.4': {
        notAuthorized: 'The consumer isn\'t authorized to access %resources.',
        signIn: { customer: signIn, admin: signIn },
        noRole: 'More permissions are needed to access this.',
        required: '"%fieldName" is required. Enter and try again.',
        fieldType: (got, expected) => `The "${got}" value's type is invalid. The "${expected}" type was expected. Verify and try again.`,
        methodUnsupported: (method) => `The ${method} HTTP method is not supported.`,
        unprocessable: 'Specified request cannot be processed.'
    }
};

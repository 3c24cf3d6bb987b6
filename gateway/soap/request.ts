import type { Refusal } from '../../plugin/refusals/refusal.js';
import { readPhpQuery } from './php-query.js';
import { parametersNotAllowed, queryTooLong, servicesMissing } from './refusal.js';


/** What the query of a SOAP address asks for, whatever the method (SPEC 9.1). */
export type SoapRequest =
    /** `services` is undefined where they are missing or misspelt: Magento looks at the body first. */
    | { readonly kind: 'call'; readonly services: readonly string[] | undefined }
    | { readonly kind: 'wsdl'; readonly services: readonly string[] }
    | { readonly kind: 'list' }
    | { readonly kind: 'refused'; readonly refusal: Refusal };

// PCRE's `$` also matches before a newline at the very end: such a name passes, and is then the name of no service.
const serviceNames = /^[a-zA-Z\d]*V\d+(?:,[a-zA-Z\d]*V\d+)*\n?$/;

// PHP drops parameters beyond its `max_input_vars` (1000): a `wsdl` that only we see would let a call pass for a question.
const maxParameters = 64;

/** Reads the query of a SOAP address as Magento does. `query` is the raw one, without `?`. */
export function readSoapRequest(query: string): SoapRequest {

    const { values, count } = readPhpQuery(query);
    if (count > maxParameters) {
        return { kind: 'refused', refusal: queryTooLong(maxParameters) };
    }

    // PHP drops an array that is nested too deeply, and the upstream would run as a call what we took for a question

    if (['wsdl', 'wsdl_list'].some((name) => values.has(name) && values.get(name) === undefined)) {
        return { kind: 'refused', refusal: servicesMissing() };
    }

    const services = readServices(values.get('services'));
    if (values.has('wsdl')) {
        return readWsdlRequest([...values.keys()], services);
    }

    return values.has('wsdl_list') ? { kind: 'list' } : { kind: 'call', services };
}

function readWsdlRequest(names: readonly string[], services: readonly string[] | undefined): SoapRequest {

    const others = names.filter((name) => name !== 'wsdl' && name !== 'services');
    if (others.length > 0) {
        return { kind: 'refused', refusal: parametersNotAllowed(others) };
    }

    return services === undefined ? { kind: 'refused', refusal: servicesMissing() } : { kind: 'wsdl', services };
}

function readServices(value: string | undefined): readonly string[] | undefined {

    return value !== undefined && serviceNames.test(value) ? value.split(',') : undefined;
}

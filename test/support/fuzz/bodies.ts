import fc from 'fast-check';

import type { OracleRoute } from '../oracle/policy.js';
import { anyOf, often } from './choices.js';


const names = anyOf('customerId', 'customer_id', 'CustomerID', 'customer\\u0049d', 'customer', 'Customer', 'customer_', 'id', 'ID', '_id', 'i\\u0064', 'cartId', 'cart_id', 'email', 'a', '', 'customer.id', 'customerId ', 'cu\\u017ftomerId', '__proto__');

/** JSON in which what is forced is said in many ways, names repeated included; some of it is no JSON. */
const { value: json } = fc.letrec<{ value: string; object: string; list: string; scalar: string }>((tie) => ({
    scalar: anyOf('7', '8', '"7"', '"8"', '7.0', '1e1', 'null', 'true', '""', '"\\ud800"', '12345678901234567890', '-0', '"a\\u0000b"'),
    object: fc.array(fc.tuple(names, tie('value'), anyOf('', '', ' ', '\n')), { maxLength: 4 }).map((members) => `{${members.map(([name, value, blank]) => `${blank}"${name}"${blank}:${blank}${value}`).join(',')}}`),
    list: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
    value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, tie('scalar'), tie('object'), tie('object'), tie('list'))
}));

const xmlNames = anyOf('customerId', 'customer_id', 'CUSTOMERID', 'customer', 'Customer', 'id', 'a:id', 'x:customerId', 'customer-id', 'cartId', 'email', 'username', 'password');
const xmlAttributes = anyOf('', '', '', ' id="8"', ' customerId="8"', ' xmlns:x="u"', ' a="1"', ' xsi:nil="true"');
const { element: xml } = fc.letrec<{ element: string; content: string }>((tie) => ({
    content: fc.oneof({ maxDepth: 3, depthSize: 'small' }, anyOf('7', '8', '', ' 7 ', '<![CDATA[8]]>', '&#56;', '&amp;', '<!-- 7 -->8', '&x;'), fc.array(tie('element'), { maxLength: 3 }).map((all) => all.join(''))),
    element: fc.tuple(xmlNames, xmlAttributes, tie('content')).map(([name, attributes, content]) => `<${name}${attributes}>${content}</${name}>`)
}));
const documents = fc.tuple(anyOf('', '', '<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-16"?>', '<!DOCTYPE a [<!ENTITY x "7">]>', '\ufeff'), anyOf('request', 'customer', 'x'), fc.array(xml, { maxLength: 3 }))
    .map(([start, root, children]) => `${start}<${root} xmlns:a="u" xmlns:x="u" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${children.join('')}</${root}>`);

const strangers = ['integrationCustomerTokenServiceV1CreateCustomerAccessToken', 'nobodyV1Get'];
const services = anyOf('fuzzShopCustomersV1', 'fuzzShopProductsV1', 'fuzzShopCartsV1', 'integrationCustomerTokenServiceV1', 'fuzzShopDirectoryV1');

/** SOAP calls of these operations at one of some services, mistakes included. */
export function envelopes(operations: readonly string[], service: fc.Arbitrary<string>): fc.Arbitrary<string> {

    const names = anyOf(...operations);
    const calls = fc.tuple(names, anyOf('Request', 'Request', 'Request', '', 'request', 'RequestRequest'), fc.array(xml, { maxLength: 2 })).map(([name, ending, children]) => `<n:${name}${ending}>${children.join('')}</n:${name}${ending}>`);
    return fc.tuple(
        anyOf('http://www.w3.org/2003/05/soap-envelope', 'http://www.w3.org/2003/05/soap-envelope', 'http://schemas.xmlsoap.org/soap/envelope/', 'urn:other'),
        service,
        anyOf('', '', '', '<e:Header/>', '<e:Header><n:x/></e:Header>', '<!-- -->', '<?pi x?>'),
        calls,
        often(anyOf(''), 3, calls)
    ).map(([envelope, endpoint, header, ...children]) => {

        const namespaces = `xmlns:e="${envelope}" xmlns:n="http://shop.example/soap/default?services=${endpoint}" xmlns:a="u" xmlns:x="u" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`;
        return `<e:Envelope ${namespaces}>${header}<e:Body>${children.join('')}</e:Body></e:Envelope>`;
    });
}

const fields = anyOf('customer{email}', 'generateCustomerToken(email:"a",password:"b"){token}', 'revokeCustomerToken{result}', 'generateCustomerTokenAsAdmin(input:{customer_email:"a"}){customer_token}', 'x:revokeCustomerToken{result}', 'products(search:"generateCustomerToken"){items{sku}}', '...F', '__typename', 'a');
const graphql = fc.tuple(anyOf('query', 'mutation', 'mutation M', 'query Q($a:Int)', '', 'subscription', 'fragment F on Mutation'), fc.array(fields, { maxLength: 3 }), anyOf('', '', ' fragment F on Mutation{revokeCustomerToken{result}}', ' query Q{a}', '#', '\u0000', '{'))
    .map(([operation, all, tail]) => `${operation}{${all.join(' ')}}${tail}`);
const graphqlBodies = fc.oneof(
    fc.tuple(graphql, anyOf('', ',"operationName":"M"', ',"operationName":"Q"', ',"variables":{}', ',"query":"{a}"', ',"extensions":{}')).map(([query, more]) => `{"query":${JSON.stringify(query)}${more}}`),
    graphql,
    graphql.map((query) => `[{"query":${JSON.stringify(query)}}]`),
    graphql.map((query) => `{"query":${JSON.stringify(query).replaceAll('o', '\\u006f')}}`)
);

const logins = fc.tuple(anyOf('"customer"', '"CUSTOMER"', '"boss"', '["a"]', 'null', '7', '"nobody"', '""'), anyOf('"right"', '"wrong"', '""', '{}', 'null', `"${'a'.repeat(100)}"`)).map(([username, password]) => `{"username":${username},"password":${password}}`);

/** Bodies of every kind, with mistakes in some. */
export function bodies(routes: readonly OracleRoute[]): fc.Arbitrary<string> {

    const good = fc.oneof({ arbitrary: json, weight: 4 }, { arbitrary: documents, weight: 2 }, { arbitrary: envelopes([...routes.map(({ operation }) => operation), ...strangers], services), weight: 3 }, { arbitrary: graphqlBodies, weight: 2 }, { arbitrary: logins, weight: 1 });
    const broken = fc.tuple(good, fc.nat({ max: 60 }), anyOf('', '"', '<', '}', '\0', '\ufffd', ',')).map(([text, at, mistake]) => text.slice(0, at) + mistake + text.slice(at + 1));
    return fc.oneof({ arbitrary: good, weight: 7 }, { arbitrary: broken, weight: 2 }, { arbitrary: anyOf('', '0', '{}', '[]', 'null', '[[[[', `${'['.repeat(600)}${']'.repeat(600)}`), weight: 1 }, { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }), weight: 1 });
}

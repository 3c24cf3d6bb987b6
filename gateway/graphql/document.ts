import type { DocumentNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { concatAST, getOperationAST, GraphQLError, Kind, OperationTypeNode, parse, separateOperations } from 'graphql';

import { tokenFields } from './schema.js';


/**
 * What a GraphQL document asks of the gate. `none`: nothing, for no operation of it has a token field. `tokens`: the chosen operation, with its fragments, has token
 * fields and no others. `mixed`: there is something in it that only the upstream can answer. `malformed`: it cannot be read, or no one operation of it is chosen.
 */
export type TokenDocument =
    | { readonly kind: 'none' }
    | { readonly kind: 'tokens'; readonly document: DocumentNode }
    | { readonly kind: 'mixed' }
    | { readonly kind: 'malformed'; readonly fault: 'choice' | 'syntax'; readonly error: GraphQLError };

// A document of token fields has some twenty. What is larger and mentions one is refused rather than read.
const maxTokens = 1000;

/**
 * Reads a document that mentions a token field. `operationName` chooses among several operations; a single one runs under any name, for Magento does not
 * read it. Where one of several has a token field and another is chosen, the document counts as mixed: an upstream might choose otherwise.
 */
export function readDocument(source: string, operationName: string | undefined): TokenDocument {

    const document = parseSource(source);
    if (document instanceof GraphQLError) {
        return { kind: 'malformed', fault: 'syntax', error: document };
    }

    const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (!operations.some((operation) => rootFields(document, operation).some((name) => tokenFields.has(name)))) {
        return { kind: 'none' };
    }

    const chosen = operations.length === 1 ? operations[0] : getOperationAST(document, operationName);
    if (!chosen) {
        const message = operationName === undefined ? 'Must provide operation name if query contains multiple operations.' : `Unknown operation named "${operationName}".`;
        return { kind: 'malformed', fault: 'choice', error: new GraphQLError(message) };
    }

    const names = rootFields(document, chosen).filter((name) => name !== '__typename');
    if (names.length === 0 || !names.every((name) => tokenFields.has(name))) {
        return { kind: 'mixed' };
    }

    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
    return { kind: 'tokens', document: concatAST(Object.values(separateOperations({ ...document, definitions: [chosen, ...fragments] }))) };
}

function parseSource(source: string): DocumentNode | GraphQLError {

    try {
        return parse(source, { maxTokens });
    }
    catch (error) {
        if (error instanceof GraphQLError) {
            return error;
        }

        throw error;
    }
}

/** The names of a mutation's own fields, those in fragments too, whatever `@skip` and `@include` say. None for a query, which cannot make tokens. */
function rootFields(document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): readonly string[] {

    const spread = new Set<string>();

    return operation === OperationTypeNode.MUTATION ? collect(selectionSet) : [];

    function collect({ selections }: SelectionSetNode): readonly string[] {

        return selections.flatMap((selection) => {

            switch (selection.kind) {
                case Kind.FIELD:
                    return [selection.name.value];
                case Kind.INLINE_FRAGMENT:
                    return collect(selection.selectionSet);
                case Kind.FRAGMENT_SPREAD:
                    return spread.has(selection.name.value) ? [] : collectFragment(selection.name.value);
            }
        });
    }

    function collectFragment(name: string): readonly string[] {

        spread.add(name);
        return document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name ? collect(definition.selectionSet) : []));
    }
}

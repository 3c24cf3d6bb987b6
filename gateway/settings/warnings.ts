import type { Settings } from './table.js';


const loopback = /^(?:127\.[\d.]+|::1|localhost)$/i;

/** What an operator may not have meant, and what does not keep the gate from starting. */
export function warnOfSettings({ opsHost, opsKey, mode, adopt }: Settings): readonly string[] {

    const isOpen = !loopback.test(opsHost) && opsKey === undefined;
    const isStranger = mode === 'shadow' && adopt.kind === 'off';
    return [
        ...isOpen ? [`POSTERN_OPS_HOST was "${opsHost}" and POSTERN_OPS_KEY is not set: whoever reaches that address may ask what operators may`] : [],
        ...isStranger ? ['POSTERN_MODE was "shadow" and POSTERN_ADOPT is "off": tokens of the upstream\'s count in this mode, and would not once the gate decides'] : []
    ];
}

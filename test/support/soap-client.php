<?php
// Calls one operation with PHP's own SOAP client and prints what came of it. Argument: {wsdl, version, operation, arguments, token}

$call = json_decode($argv[1], true);
$headers = isset($call['token']) ? ['header' => "Authorization: Bearer {$call['token']}"] : [];
try {
    $client = new SoapClient($call['wsdl'], [
        'soap_version' => $call['version'] === '1.1' ? SOAP_1_1 : SOAP_1_2,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'stream_context' => stream_context_create(['http' => $headers]),
    ]);
    echo json_encode(['answer' => $client->__soapCall($call['operation'], [$call['arguments']])]);
} catch (SoapFault $fault) {
    echo json_encode(['fault' => $fault->faultstring, 'code' => $fault->faultcode, 'detail' => $fault->detail ?? null]);
}

<?php
// Serves a WSDL as Magento does: one object that takes every operation by its name. `X-Called` tells which it was asked for.

final class Handler
{
    public function __call(string $operation, array $arguments): array
    {
        header("X-Called: $operation", false);
        return ['result' => 'done'];
    }
}

$server = new SoapServer(getenv('TEST_WSDL'), ['encoding' => 'UTF-8', 'soap_version' => SOAP_1_2, 'cache_wsdl' => WSDL_CACHE_NONE]);
$server->setObject(new Handler());
$server->handle(file_get_contents('php://input'));

<?php

// Tells what PHP makes of a request: every variable that comes from it, form fields and cookies.

header('Content-Type: application/json');
echo json_encode(['server' => $_SERVER, 'post' => $_POST, 'cookie' => $_COOKIE, 'body' => file_get_contents('php://input')]);

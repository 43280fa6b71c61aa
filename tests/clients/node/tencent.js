// tencentcloud-sdk-nodejs. A call is {operation, parameters}.
'use strict';

const http = require('http');
const net = require('net');
const {Client} = require('tencentcloud-sdk-nodejs/tencentcloud/services/cls/v20201016/cls_client');
const {answerLines} = require('./outcomes');

// Connects to `port` of this machine whatever the endpoint is called.
function agentTo(port) {
    const agent = new http.Agent();
    agent.createConnection = (options, connected) => net.connect({port, host: '127.0.0.1'}, connected);
    return agent;
}

function connect({endpoint, protocol, port, key, secret, token, region, signature, method}) {
    const client = new Client({
        credential: {secretId: key, secretKey: secret, token},
        region,
        profile: {
            signMethod: signature,
            httpProfile: {protocol: protocol || 'http://', endpoint, reqMethod: method, agent: port && agentTo(port)},
        },
    });
    return ({operation, parameters}) => client[operation](parameters);
}

function describeError(error) {
    return {
        name: error.constructor.name,
        code: error.code,
        message: error.message,
        requestId: error.requestId,
        httpCode: error.httpCode,
    };
}

answerLines(connect, describeError);

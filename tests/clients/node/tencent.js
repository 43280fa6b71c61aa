// tencentcloud-sdk-nodejs. A call is {operation, parameters}.
'use strict';

const {Client} = require('tencentcloud-sdk-nodejs/tencentcloud/services/cls/v20201016/cls_client');
const {answerLines} = require('./outcomes');

function connect({endpoint, key, secret, token, region, signature, method}) {
    const client = new Client({
        credential: {secretId: key, secretKey: secret, token},
        region,
        profile: {
            signMethod: signature,
            httpProfile: {protocol: 'http://', endpoint, reqMethod: method},
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

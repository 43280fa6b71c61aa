// @baiducloud/sdk. A call is {method, path, body, headers}; body is sent as JSON, or as it is when it is text.
'use strict';

const BceBaseClient = require('@baiducloud/sdk/src/bce_base_client');
const {answerLines} = require('./outcomes');

function connect({url, key, secret, sessionToken}) {
    // An error tells the SDK the server's time; it keeps it for the clients that come after.
    delete BceBaseClient.prototype.timeOffset;
    const client = new BceBaseClient({endpoint: url, credentials: {ak: key, sk: secret}, sessionToken}, 'bls-log', true);
    return async ({method, path, body, headers}) => {
        const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
        return client.sendRequest(method, `/v2/logstore/download${path}`, {body: text, headers: headers || {}});
    };
}

answerLines(connect, error => error);

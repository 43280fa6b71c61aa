// @huaweicloud/huaweicloud-sdk-core. A call is {method, path, pathParams, query, headers, body, binary}: what a client of
// one service would hand to the core. The bytes of a file come back in Base64.
'use strict';

const {ClientBuilder} = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');
const {BasicCredentials, Region} = require('@huaweicloud/huaweicloud-sdk-core');
const {answerLines} = require('./outcomes');

function credentialsOf({key, secret, project, token, derived, iam}) {
    const credentials = new BasicCredentials().withAk(key).withSk(secret);
    if (project) {
        credentials.withProjectId(project);
    }
    if (token) {
        credentials.withSecurityToken(token);
    }
    if (derived) {
        credentials.withDerivedPredicate(request => BasicCredentials.getDefaultDerivedPredicate(request));
    }
    return credentials.withIamEndpoint(iam);
}

function connect({url, region, derived, ...account}) {
    const builder = new ClientBuilder(client => client).withCredential(credentialsOf({...account, derived, iam: url}));
    if (derived) {
        builder.withDerivedAuthServiceName(derived);
    }
    const client = (region ? builder.withRegion(new Region(region, url)) : builder.withEndpoint(url)).build();
    return async ({method, path, pathParams, query, headers, body, binary}) => {
        const answer = await client.sendRequest({
            method,
            url: path,
            contentType: 'application/json',
            queryParams: query || {},
            pathParams: pathParams || {},
            headers: headers || {},
            data: body || {},
            axiosRequestConfig: binary ? {responseType: 'arraybuffer'} : undefined,
        });
        return binary ? {status: answer.httpStatusCode, content: Buffer.from(answer.body).toString('base64')} : answer;
    };
}

function describeError(error) {
    return {
        name: error.constructor.name,
        status: error.httpStatusCode,
        code: error.errorCode,
        message: error.errorMsg || error.message,
        requestId: error.requestId,
    };
}

answerLines(connect, describeError);

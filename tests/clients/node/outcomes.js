// Each line of the standard input is {client, calls}: a new client makes the calls one after the other. The answer is a
// line with what came of each: {answer} or {error}.
'use strict';

const readline = require('readline');

async function outcomeOf(make, call, describeError) {
    try {
        return {answer: await make(call)};
    }
    catch (error) {
        return {error: describeError(error)};
    }
}

async function outcomesOf({client, calls}, connect, describeError) {
    const make = connect(client);
    const outcomes = [];
    for (const call of calls) {
        outcomes.push(await outcomeOf(make, call, describeError));
    }
    return outcomes;
}

exports.answerLines = async function (connect, describeError) {
    for await (const line of readline.createInterface({input: process.stdin})) {
        const outcomes = await outcomesOf(JSON.parse(line), connect, describeError);
        process.stdout.write(`\noutcomes ${JSON.stringify(outcomes)}\n`);
    }
};

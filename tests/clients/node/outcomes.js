// Reads {client, calls} from the standard input, makes the calls one after the other and prints, as the last line of
// the standard output, what came of each: {answer} or {error}.
'use strict';

const fs = require('fs');

async function outcomeOf(make, call, describeError) {
    try {
        return {answer: await make(call)};
    }
    catch (error) {
        return {error: describeError(error)};
    }
}

exports.printOutcomes = async function (connect, describeError) {
    const {client, calls} = JSON.parse(fs.readFileSync(0, 'utf8'));
    const make = connect(client);
    const outcomes = [];
    for (const call of calls) {
        outcomes.push(await outcomeOf(make, call, describeError));
    }
    process.stdout.write('\n' + JSON.stringify(outcomes) + '\n');
};

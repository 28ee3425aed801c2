import { outputFilter, wrap } from "../../tools/demo/terminal.js";

function filtered(output: string): string {
    const shown: string[] = [];
    const filter = outputFilter((line) => shown.push(line));
    for (const line of output.split("\n")) filter.line(line);
    filter.end();
    return shown.join("\n");
}

describe("the demo's view of Pulumi's output", () => {
    test("shows each resource once, without progress, durations and the stack's own bookkeeping", () => {
        const output = `Updating (dev):

 +  pulumi:pulumi:Stack quickstart-dev creating (0s)
@ updating....
 +  pulumi-nodejs:dynamic/polaris:KafkaConnection orders-kafka creating (0s)
 +  pulumi-nodejs:dynamic/polaris:KafkaConnection orders-kafka created (0.12s)
 ~  pulumi-nodejs:dynamic/polaris:StreamingJob orders updating (0s) [diff: ~mappings]
 ~  pulumi-nodejs:dynamic/polaris:StreamingJob orders updated (1s) [diff: ~mappings]
    pulumi:pulumi:Stack quickstart-dev
    pulumi:pulumi:Stack quickstart-dev running
 ~  pulumi-nodejs:dynamic/polaris:KafkaConnection same refresh
    pulumi-nodejs:dynamic/polaris:KafkaConnection same
Outputs:
    jobId: "a"

Resources:
    + 1 created
    ~ 1 updated

Duration: 4s

`;
        expect(filtered(output)).toBe(` +  pulumi-nodejs:dynamic/polaris:KafkaConnection orders-kafka created
 ~  pulumi-nodejs:dynamic/polaris:StreamingJob orders updated [diff: ~mappings]
Outputs:
    jobId: "a"

Resources:
    + 1 created
    ~ 1 updated`);
    });

    test("shows a message when it comes, and not again in the list at the end", () => {
        const output = `    pulumi:pulumi:Stack quickstart-dev running StreamingJob "orders": job a is pending
Diagnostics:
  pulumi:pulumi:Stack (quickstart-dev):
    StreamingJob "orders": job a is pending

Resources:
    ~ 1 updated`;
        expect(filtered(output))
            .toBe(`    pulumi:pulumi:Stack quickstart-dev running StreamingJob "orders": job a is pending

Resources:
    ~ 1 updated`);
    });

    test("never hides an error", () => {
        const output = `Diagnostics:
  pulumi-nodejs:dynamic/polaris:KafkaConnection (orders-kafka):
    error: create failed: the name is taken`;
        expect(filtered(output)).toContain("error: create failed: the name is taken");
    });

    test("shortens long runs of unchanged properties in a diff, and only those", () => {
        const output = `    ~ pulumi-nodejs:dynamic/polaris:StreamingJob: (update)
        [id=orders]
        [urn=urn:pulumi:dev::quickstart::pulumi-nodejs:dynamic/polaris:StreamingJob::orders]
        __provider: "exports.handler = …"
      ~ mappings: [
            [0]: {
                columnName: "__time"
                expression: "TIME_PARSE"
            }
          ~ [1]: {
                columnName: "amount"
              ~ expression: "a" => "b"
            }
        ]
Resources:
    ~ 1 to update`;
        expect(filtered(output)).toBe(`    ~ pulumi-nodejs:dynamic/polaris:StreamingJob: (update)
        [id=orders]
      ~ mappings: [
            … 4 unchanged lines
          ~ [1]: {
                columnName: "amount"
              ~ expression: "a" => "b"
            }
        ]
Resources:
    ~ 1 to update`);
    });

    test("keeps colours, and ends them with the line", () => {
        const line = "\u001b[32m + \u001b[0m pulumi-nodejs:dynamic/polaris:StreamingJob orders \u001b[32mcreated";
        expect(filtered(line)).toBe(`${line}\u001b[0m`);
    });
});

test("explanations are wrapped at words", () => {
    expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
});

import { Live, randomPrefix } from "./live";
import { questions } from "./questions";
import { answerTo } from "./questions/question";
import { reportOf, type Finding } from "./report";
import { readSettings } from "./settings";

const settings = readSettings(process.env);
const prefix = randomPrefix();
const findings: Finding[] = [];

afterAll(async () => {
    process.stdout.write(`\n${reportOf(findings)}\n`);
    const left = await new Live(settings, prefix).remove();
    if (left.length > 0) throw new Error(`Not removed: ${left.join(", ")}`);
});

it.each(questions)("asks about $id: $question", async (question) => {
    const live = new Live(settings, `${prefix}${question.id}-`);
    try {
        findings.push({ question, answer: await answerTo(question, live) });
    } finally {
        expect(await live.remove()).toEqual([]);
    }
});

import { isAnswered, type Question } from "./questions/question";

export interface Finding {
    readonly question: Question;
    readonly answer: string;
}

/** A row of a Markdown table. */
const row = (...cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

const differs = ({ question, answer }: Finding) =>
    question.assumed !== undefined && isAnswered(answer) && answer !== question.assumed;

/** Each question with its answer, beside what the emulator does unless it is asked for something else. */
export const reportOf = (findings: readonly Finding[]): string =>
    [
        row("Rule or question", "What is open", "Answer", "Emulator's default"),
        row("---", "---", "---", "---"),
        ...findings.map((finding) => {
            const { id, question, assumed = "–" } = finding.question;
            const answer = differs(finding) ? `**${finding.answer}** (differs)` : finding.answer;
            return row(`\`${id}\``, question, answer, assumed);
        }),
        "",
    ].join("\n");

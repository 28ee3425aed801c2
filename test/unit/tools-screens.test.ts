import { renderScreen } from "../../tools/screens/svg.js";

const rows = (svg: string) =>
    [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, row = ""]) => row.replace(/<[^>]*>/g, ""));
const widthOf = (svg: string) => Number(/ width="(\d+)"/.exec(svg)?.[1]);

describe("a screen as an image", () => {
    test("has a row for each line, without blank ones around them and without escape sequences", () => {
        const svg = renderScreen(
            "\n\n\u001b[1mfirst\u001b[0m\n\n  \u001b[38;5;2m+\u001b[0m second\u001b[K\n\n",
            "Two lines",
        );
        expect(rows(svg)).toEqual(["first", "", "  + second"]);
        expect(svg).toContain("<title>Two lines</title>");
        expect(svg).not.toContain("\u001b");
    });

    test("keeps colours and weights as long as the terminal does", () => {
        const svg = renderScreen("\u001b[1;32mgreen\u001b[22m light\u001b[39m plain \u001b[2mdim", "Colours");
        const spans = [...svg.matchAll(/<tspan ([^>]*)>([^<]*)</g)].map(
            ([, style, text]) => `${text?.trim()}: ${style}`,
        );
        expect(spans).toEqual([
            'green: fill="#56d364" font-weight="bold"',
            'light: fill="#56d364"',
            'plain: fill="#d4dae1"',
            'dim: fill="#d4dae1" fill-opacity="0.6"',
        ]);
    });

    test("wraps what is longer than a wide terminal, and is no wider than its lines", () => {
        const svg = renderScreen(`${"x".repeat(132)}y`, "Long");
        expect(rows(svg)).toEqual(["x".repeat(132), "y"]);
        expect(widthOf(svg)).toBeGreaterThan(widthOf(renderScreen("short", "Short")));
    });

    test("shows signs that mean something in XML as they are", () => {
        expect(rows(renderScreen('"a" => <b> & c', "<&>"))).toEqual(["&#34;a&#34; =&#62; &#60;b&#62; &#38; c"]);
    });
});

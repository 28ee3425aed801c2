import { z } from "zod";

const block = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g;

/** The blocks of a PEM text without what means nothing: line ends, line lengths, text around and between. */
export function pemBlocks(text: string): { label: string; headers: string[]; body: string }[] {
    return [...text.matchAll(block)].map(([, label = "", inner = ""]) => {
        const lines = inner.split(/\r\n|\n|\r/).map((line) => line.trim());
        const headers = lines.filter((line) => line.includes(":"));
        return { label, headers, body: lines.filter((line) => !line.includes(":")).join("") };
    });
}

function canonical(text: string): string {
    return pemBlocks(text)
        .map(({ label, headers, body }) => {
            const head = headers.length > 0 ? `${headers.join("\n")}\n\n` : "";
            return `-----BEGIN ${label}-----\n${head}${body}\n-----END ${label}-----`;
        })
        .join("\n");
}

/** PEM text of the given kind. Two texts mean the same when their blocks do. */
export function pem(kind: RegExp, expected: string, most = Infinity) {
    return z
        .string()
        .superRefine((text, context) => {
            const blocks = pemBlocks(text);
            const begins = text.split("-----BEGIN ").length - 1;
            const wrong = blocks.find(({ label }) => !kind.test(label));
            const message =
                blocks.length === 0
                    ? `expected ${expected} as PEM text ("-----BEGIN …-----" to "-----END …-----")`
                    : begins !== blocks.length
                      ? `expected ${expected} as PEM text, found a block that does not end`
                      : wrong
                        ? `expected ${expected}, found a block of ${wrong.label}`
                        : blocks.some(({ body }) => !/^[A-Za-z0-9+/]+={0,2}$/.test(body))
                          ? `expected ${expected} as PEM text, found a block that is not base64`
                          : blocks.length > most
                            ? `expected ${expected} alone, found ${blocks.length} blocks`
                            : undefined;
            if (message) context.addIssue({ code: "custom", message });
        })
        .transform(canonical);
}

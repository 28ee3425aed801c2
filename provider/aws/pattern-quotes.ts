/** Java quotes by `\Q` and `\E`; here each character is escaped by itself. */
export const withoutQuotes = (pattern: string) =>
    pattern.replace(/\\Q(.*?)(?:\\E|$)|\\./gsu, (whole, quoted?: string) =>
        quoted === undefined ? whole : quoted.replace(/[^A-Za-z0-9]/gu, "\\$&"),
    );

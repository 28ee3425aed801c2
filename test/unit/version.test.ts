import { version } from "../../provider/version";
import manifest from "../../package.json";

describe("the version in the user agent", () => {
    it("is the package's", () => {
        expect(version).toBe(manifest.version);
    });
});

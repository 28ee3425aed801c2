import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import sun.security.tools.keytool.Main;

/**
 * An authority, a certificate of the broker and one of a client, once for each folder: ca.pem, broker.p12, client.pem and
 * client-key.pem. Made by the keytool that every Java has, within this process.
 */
final class Certificates {
    static final String PASSWORD = "local-certificates";

    private final File folder;

    private Certificates(File folder) {
        this.folder = folder;
    }

    static void create(File folder) throws Exception {
        File last = new File(folder, "client-key.pem");
        if (last.exists()) {
            return;
        }
        folder.mkdirs();
        for (String name : List.of("ca.p12", "broker.p12", "client.p12")) {
            new File(folder, name).delete();
        }
        Certificates certificates = new Certificates(folder);
        certificates.keyPair("ca", "-dname", "CN=Local authority", "-ext", "bc:c", "-ext", "ku=keyCertSign");
        certificates.keytool("ca", "ca", "-exportcert", "-rfc", "-file", certificates.path("ca.pem"));
        certificates.signed("broker", "-dname", "CN=localhost", "-ext", "san=dns:localhost,ip:127.0.0.1");
        certificates.signed("client", "-dname", "CN=client");
        KeyStore client = certificates.open("client");
        certificates.pem("client.pem", "CERTIFICATE", client.getCertificate("client").getEncoded());
        byte[] key = client.getKey("client", PASSWORD.toCharArray()).getEncoded();
        certificates.pem(last.getName(), "PRIVATE KEY", key);
    }

    private void keyPair(String name, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
        options.addAll(List.of("-validity", "3650"));
        options.addAll(List.of(more));
        keytool(name, name, options.toArray(new String[0]));
    }

    private void signed(String name, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(List.of("-signer", "ca", "-signerkeypass", PASSWORD));
        Files.copy(Path.of(path("ca.p12")), Path.of(path(name + ".p12")));
        keyPair(name, options.toArray(new String[0]));
        // The broker would offer, and the client hold, the authority's key.
        keytool(name, "ca", "-delete");
        keytool(name, "ca", "-importcert", "-noprompt", "-file", path("ca.pem"));
    }

    private void keytool(String store, String alias, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("-alias", alias, "-storetype", "PKCS12"));
        all.addAll(List.of("-keystore", path(store + ".p12"), "-storepass", PASSWORD));
        Main.main(all.toArray(new String[0]));
    }

    private KeyStore open(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = new FileInputStream(path(name + ".p12"))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private void pem(String file, String type, byte[] bytes) throws Exception {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        Files.writeString(Path.of(path(file)), "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
    }

    private String path(String name) {
        return new File(folder, name).getPath();
    }
}

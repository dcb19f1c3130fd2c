import Crypto
import CryptoExtras
import Testing
import TuppenceSigning

@Suite("RSA signatures")
struct RSASignatureTests {
    private static let key = Result { try _RSA.Signing.PrivateKey(keySize: .bits2048) }

    @Test("are taken by whoever has the public key, for the message that was signed only")
    func verifies() throws {
        let key = try Self.key.get()
        let message = Array("header.claims".utf8)
        let signature = try RSASignature(pem: key.pemRepresentation).sign(message)
        let raw = _RSA.Signing.RSASignature(rawRepresentation: signature)
        func isValid(_ message: [UInt8]) -> Bool {
            key.publicKey.isValidSignature(raw, for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5)
        }
        #expect(signature.count == 256)
        #expect(isValid(message))
        #expect(!isValid(Array("header.others".utf8)))
    }

    @Test("are made with either form of a key file")
    func forms() throws {
        let key = try Self.key.get()
        let message = Array("m".utf8)
        #expect(
            try RSASignature(pem: key.pkcs8PEMRepresentation).sign(message)
                == RSASignature(pem: key.pemRepresentation).sign(message))
    }

    @Test(
        "are not made with what is no key",
        arguments: ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])
    func refuses(pem: String) {
        #expect(throws: (any Error).self) { try RSASignature(pem: pem) }
    }
}

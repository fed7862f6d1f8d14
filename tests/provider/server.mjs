// A real OpenID provider for the sign-in tests, on this machine only. Whoever comes is signed in at once as the subject in
// SUBJECT, at the level in ACR. Prints `listening PORT` when it is ready. SEED tells its signing keys apart: another seed
// plays a provider that has changed its keys.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { PORT = "0", REDIRECT, AFTER, SUBJECT = "anna", ACR, ACRS = ACR } = process.env;
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const key = { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256" };

const configuration = {
  clients: [{
    client_id: "mentorlog",
    client_secret: "invented & only for tests",
    redirect_uris: [REDIRECT],
    post_logout_redirect_uris: [AFTER],
    id_token_signed_response_alg: "ES256",
  }],
  jwks: { keys: [key] },
  acrValues: ACRS.split(" "),
  claims: { openid: ["sub"], acr: null },
  pkce: { required: () => true },
  cookies: { keys: ["invented"] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  async loadExistingGrant(context) {
    const { client, session, provider } = context.oidc;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
};

const server = createServer();
server.listen(Number(PORT), "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, configuration);
  provider.use(async (context, next) => {
    if (context.path.startsWith("/interaction/")) {
      const result = { login: { accountId: SUBJECT, acr: ACR, amr: ["mfa"] } };
      await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
      context.respond = false;
      return;
    }
    await next();
  });
  server.on("request", provider.callback());
  console.log(`listening ${port}`);
});

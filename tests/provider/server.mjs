// A real OpenID provider for the sign-in tests, on this machine only. Whoever comes is signed in at once as the subject in
// SUBJECT, at the level in ACR. Prints `listening PORT` when it is ready. Its signing keys are new at each start: started again it
// plays a provider that has changed its keys.
//
// Two clients may send people back to REDIRECT: `mentorlog`, and `another`. What follows makes it a provider that is set up wrong:
// ALG: the algorithm of its id tokens. ISSUER: who its tokens say that issued them, while it describes itself as the one that is
// asked. CONFUSED: it takes who asks for a token for the client `another`. LATE: how many seconds its clock is ahead (or behind,
// below 0) when it is asked for a token. TTL: how long its id tokens are good, in seconds.
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const { PORT = "0", REDIRECT, AFTER, SUBJECT = "anna", ACR, ACRS = ACR } = process.env;
const { ALG = "ES256", ISSUER, CONFUSED, LATE = "0", TTL = "3600" } = process.env;
const SECRET = "invented & only for tests";

const jwk = (pair, alg) => ({ ...pair.privateKey.export({ format: "jwk" }), use: "sig", alg });
const keys = [jwk(generateKeyPairSync("ec", { namedCurve: "P-256" }), "ES256")];
if (ALG === "RS256" || ALG === "PS256") keys.push(jwk(generateKeyPairSync("rsa", { modulusLength: 2048 }), ALG));
if (ALG === "ES384") keys.push(jwk(generateKeyPairSync("ec", { namedCurve: "P-384" }), ALG));

const client = (client_id) => ({
  client_id,
  client_secret: SECRET,
  redirect_uris: [REDIRECT],
  post_logout_redirect_uris: [AFTER],
  id_token_signed_response_alg: ALG,
});

const configuration = {
  clients: [client("mentorlog"), client("another")],
  jwks: { keys },
  enabledJWA: { idTokenSigningAlgValues: ["ES256", "ES384", "RS256", "PS256", "HS256"] },
  ttl: { IdToken: Number(TTL), AuthorizationCode: 60, Interaction: 600, Session: 600, Grant: 600, AccessToken: 600 },
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
  const here = `http://127.0.0.1:${port}`;
  const provider = new Provider(ISSUER ?? here, configuration);
  provider.use(async (context, next) => {
    if (context.path.startsWith("/interaction/")) {
      const result = { login: { accountId: SUBJECT, acr: ACR, amr: ["mfa"] } };
      await provider.interactionFinished(context.req, context.res, result, { mergeWithLastSubmission: false });
      context.respond = false;
      return;
    }
    if (context.path === "/token") {
      if (CONFUSED) {
        const form = (text) => new URLSearchParams([["", text]]).toString().slice(1);
        context.req.headers.authorization = `Basic ${btoa(`${form("another")}:${form(SECRET)}`)}`;
      }
      const now = Date.now;
      Date.now = () => now() + Number(LATE) * 1000;
    }
    await next();
    if (context.path === "/.well-known/openid-configuration") context.body = { ...context.body, issuer: here };
  });
  server.on("request", provider.callback());
  console.log(`listening ${port}`);
});

//! How the tokens of well-known services look.

use super::checksum::Checksum;

/// Characters that a token is made of, after its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chars {
    /// `A-Z2-7`.
    Base32,
    /// `0-9a-f`.
    Hex,
    /// `0-9A-Za-z`.
    Alnum,
    /// `0-9A-Za-z_-`.
    Url,
    /// `0-9A-Za-z_-.`.
    Dotted,
    /// `0-9A-Za-z+/=`.
    Base64,
    /// `0-9A-Za-z_-=`.
    Assigned,
    /// `0-9A-Za-z/_-`: the path of a web hook.
    Path,
}

impl Chars {
    pub(super) const fn has(self, byte: u8) -> bool {
        match self {
            Self::Base32 => matches!(byte, b'A'..=b'Z' | b'2'..=b'7'),
            Self::Hex => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
            Self::Base64 => byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='),
            Self::Assigned => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'='),
            Self::Path => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/'),
        }
    }
}

/// One kind of token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    /// What it is, as a noun phrase with its article.
    pub(super) what: &'static str,
    pub(super) prefix: &'static str,
    pub(super) chars: Chars,
    /// The least and the most characters after the prefix.
    pub(super) length: (usize, usize),
    /// What must stand somewhere after the prefix; empty when nothing must.
    pub(super) holds: &'static str,
    pub(super) checksum: Option<Checksum>,
}

const fn token(what: &'static str, prefix: &'static str, chars: Chars, least: usize, most: usize) -> Format {
    Format { what, prefix, chars, length: (least, most), holds: "", checksum: None }
}

const fn summed(what: &'static str, prefix: &'static str, length: usize) -> Format {
    Format { checksum: Some(Checksum::Base62), ..token(what, prefix, Chars::Alnum, length, length) }
}

const fn holding(format: Format, holds: &'static str) -> Format {
    Format { holds, ..format }
}

/// Every format. A longer prefix stands before a shorter one that it starts with.
pub(super) const FORMATS: &[Format] = &[
    token("an AWS access key", "AKIA", Chars::Base32, 16, 16),
    token("a temporary AWS access key", "ASIA", Chars::Base32, 16, 16),
    token("an AWS bearer token", "ABIA", Chars::Base32, 16, 16),
    summed("a GitHub personal access token", "ghp_", 36),
    summed("a GitHub OAuth token", "gho_", 36),
    summed("a GitHub user token", "ghu_", 36),
    summed("a GitHub server token", "ghs_", 36),
    summed("a GitHub refresh token", "ghr_", 36),
    token("a GitHub personal access token", "github_pat_", Chars::Url, 82, 82),
    token("a GitLab token", "glpat-", Chars::Dotted, 20, 60),
    token("a GitLab deploy token", "gldt-", Chars::Url, 20, 40),
    token("a GitLab runner token", "glrt-", Chars::Dotted, 20, 60),
    token("a GitLab trigger token", "glptt-", Chars::Hex, 40, 40),
    holding(token("a Slack bot token", "xoxb-", Chars::Url, 30, 200), "-"),
    holding(token("a Slack user token", "xoxp-", Chars::Url, 30, 200), "-"),
    holding(token("a Slack workspace token", "xoxa-", Chars::Url, 30, 200), "-"),
    holding(token("a Slack session token", "xoxs-", Chars::Url, 30, 200), "-"),
    holding(token("a Slack refresh token", "xoxe-", Chars::Url, 30, 250), "-"),
    holding(token("a Slack app token", "xapp-", Chars::Url, 40, 200), "-"),
    token("a Slack web hook", "hooks.slack.com/services/T", Chars::Path, 36, 60),
    token("a Discord web hook", "discord.com/api/webhooks/", Chars::Path, 80, 110),
    token("a Discord web hook", "discordapp.com/api/webhooks/", Chars::Path, 80, 110),
    token("a Microsoft Teams web hook", "webhook.office.com/webhookb2/", Chars::Path, 60, 400),
    token("a secret key of Stripe", "sk_live_", Chars::Alnum, 20, 250),
    token("a restricted key of Stripe", "rk_live_", Chars::Alnum, 20, 250),
    token("a web hook secret of Stripe", "whsec_", Chars::Base64, 32, 64),
    token("a Google API key", "AIza", Chars::Url, 35, 35),
    token("a Google OAuth secret", "GOCSPX-", Chars::Url, 28, 28),
    token("a Google OAuth access token", "ya29.", Chars::Url, 60, 400),
    token("an Anthropic API key", "sk-ant-api", Chars::Url, 80, 120),
    token("an Anthropic admin key", "sk-ant-admin", Chars::Url, 80, 120),
    token("an OpenAI project key", "sk-proj-", Chars::Url, 40, 200),
    token("an OpenAI service key", "sk-svcacct-", Chars::Url, 40, 200),
    token("an OpenAI admin key", "sk-admin-", Chars::Url, 40, 200),
    token("an OpenRouter key", "sk-or-v1-", Chars::Hex, 64, 64),
    token("a LangSmith key", "lsv2_", Chars::Url, 40, 60),
    holding(token("an OpenAI API key", "sk-", Chars::Alnum, 48, 48), "T3BlbkFJ"),
    token("an API key that starts as those of OpenAI", "sk-", Chars::Alnum, 32, 64),
    token("a Hugging Face token", "hf_", Chars::Alnum, 34, 40),
    token("a Replicate token", "r8_", Chars::Alnum, 37, 37),
    token("a Groq key", "gsk_", Chars::Alnum, 52, 52),
    token("a Perplexity key", "pplx-", Chars::Alnum, 48, 56),
    token("an xAI key", "xai-", Chars::Alnum, 80, 80),
    summed("an npm token", "npm_", 36),
    token("a PyPI token", "pypi-AgEIcHlwaS5vcmc", Chars::Url, 50, 400),
    token("a TestPyPI token", "pypi-AgENdGVzdC5weXBpLm9yZw", Chars::Url, 50, 400),
    token("a RubyGems key", "rubygems_", Chars::Hex, 48, 48),
    token("a crates.io token", "cio", Chars::Alnum, 32, 32),
    token("a Docker Hub token", "dckr_pat_", Chars::Url, 27, 27),
    holding(token("a SendGrid key", "SG.", Chars::Dotted, 66, 66), "."),
    token("a Twilio API key", "SK", Chars::Hex, 32, 32),
    token("a Mailgun key", "key-", Chars::Hex, 32, 32),
    token("a Brevo key", "xkeysib-", Chars::Url, 80, 90),
    token("a Shopify access token", "shpat_", Chars::Hex, 32, 32),
    token("a Shopify app token", "shpca_", Chars::Hex, 32, 32),
    token("a Shopify private app token", "shppa_", Chars::Hex, 32, 32),
    token("a Shopify secret", "shpss_", Chars::Hex, 32, 32),
    token("a Square access token", "sq0atp-", Chars::Url, 22, 22),
    token("a Square secret", "sq0csp-", Chars::Url, 43, 43),
    token("a key of an Azure storage account", "AccountKey=", Chars::Base64, 88, 88),
    token("an Azure access key", "SharedAccessKey=", Chars::Base64, 44, 44),
    token("a DigitalOcean token", "dop_v1_", Chars::Hex, 64, 64),
    token("a DigitalOcean OAuth token", "doo_v1_", Chars::Hex, 64, 64),
    token("a Databricks token", "dapi", Chars::Hex, 32, 34),
    token("a Grafana service token", "glsa_", Chars::Url, 41, 41),
    token("a Grafana Cloud token", "glc_eyJ", Chars::Base64, 40, 400),
    token("a HashiCorp Vault token", "hvs.", Chars::Url, 24, 200),
    token("a HashiCorp Vault batch token", "hvb.", Chars::Url, 100, 300),
    token("an Atlassian token", "ATATT3xFfGF0", Chars::Assigned, 100, 220),
    token("a Bitbucket token", "ATCTT3xFfGN0", Chars::Assigned, 60, 220),
    token("a Linear key", "lin_api_", Chars::Alnum, 40, 40),
    token("a Notion token", "ntn_", Chars::Alnum, 43, 50),
    token("a Postman key", "PMAK-", Chars::Url, 59, 59),
    token("a New Relic key", "NRAK-", Chars::Alnum, 27, 27),
    token("a Sentry token", "sntrys_", Chars::Base64, 60, 400),
    token("a Sentry user token", "sntryu_", Chars::Hex, 64, 64),
    token("a Doppler token", "dp.pt.", Chars::Alnum, 40, 44),
    token("a Figma token", "figd_", Chars::Url, 40, 48),
    token("a Supabase token", "sbp_", Chars::Hex, 40, 40),
    token("a PlanetScale token", "pscale_tkn_", Chars::Dotted, 32, 64),
    token("a secret token of Mapbox", "sk.eyJ", Chars::Dotted, 60, 200),
    token("a Pulumi token", "pul-", Chars::Hex, 40, 40),
    token("a secret key of age", "AGE-SECRET-KEY-1", Chars::Alnum, 58, 58),
    token("a Cloudflare origin key", "v1.0-", Chars::Url, 160, 180),
    token("a Heroku key", "HRKU-", Chars::Url, 36, 64),
    token("a Dropbox token", "sl.B", Chars::Url, 120, 160),
    token("a Facebook access token", "EAAC", Chars::Alnum, 100, 260),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_not_hidden_by_one_before_it() {
        for (at, format) in FORMATS.iter().enumerate() {
            assert!(format.length.0 <= format.length.1 && format.prefix.len() >= 2, "{format:?}");
            for before in &FORMATS[..at] {
                let hidden = format.prefix.starts_with(before.prefix) && before.prefix != format.prefix;
                assert!(!hidden, "{} hides {}", before.prefix, format.prefix);
            }
        }
    }
}

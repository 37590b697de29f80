//! `wicara-tool settings`

use super::cli::World;
use super::complain;
use super::page::Page;
use super::validate::{RuleArgs, environment};
use crate::exit::Exit;
use crate::settings::resolve;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    rules: RuleArgs,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let env = match environment() {
        Ok(env) => env,
        Err(message) => {
            complain::say(world, message, None);
            return Exit::Usage;
        }
    };
    let settings = match resolve(&args.rules.asked(), &env, &world.cwd, &world.rules) {
        Ok(settings) => settings,
        Err(faults) => {
            complain::faults(world, &faults);
            return Exit::Usage;
        }
    };
    let mut page = Page::new(world.console.color_out, world.console.width);
    for origin in &settings.origins {
        let source = page.paint("2", &format!("({})", origin.source));
        page.line(&format!("{:18} {}  {source}", origin.key, origin.value));
    }
    let layers = settings.choice.local.iter().chain(&settings.choice.policy);
    for layer in layers.filter(|layer| !layer.is_empty()) {
        let source = page.paint("2", &format!("({})", layer.source));
        layer.lines().iter().for_each(|line| page.line(&format!("{line}  {source}")));
    }
    world.answer(&page.finish())
}

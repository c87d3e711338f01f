//! Settings and kept values as they are given on the command line.

use authsmith_codegen::model::{self, Provider};
use authsmith_protocol::operation::Kept;
use authsmith_protocol::{Values, provider};

use crate::stop::{Outcome, Stop};
use crate::suggest;

/// Adds every setting that is given or has a default, and what is given of the values that a connection keeps.
pub fn add(
    model: &Provider,
    data: &provider::Provider<'_>,
    given: &[(String, String)],
    values: &mut Values,
) -> Outcome {
    for setting in data.all_settings() {
        if let Some(default) = setting.default_value() {
            values.set(setting.name().to_owned(), setting.complete(default).into_owned());
        }
    }
    for (name, value) in given {
        let is_named = |known: &model::Name| known.wire == *name || known.snake == *name;
        if let Some(kept) = model.kept().into_iter().find(|kept| is_named(&kept.name)) {
            let told = told(data).filter(|told| told.name() == kept.name.wire).map(|told| told.check(value));
            let told: Vec<_> = told.collect();
            if let Some(Err(why)) = told.first().filter(|_| told.iter().all(Result::is_err)) {
                return Err(Stop::new(format!("the kept value {name} {why}")));
            }
            values.set(kept.name.wire.clone(), value.as_str());
            continue;
        }
        let known = model.settings.iter().find(|setting| is_named(&setting.name)).map(|setting| &setting.name.wire);
        let found = data.all_settings().iter().find(|setting| known.is_some_and(|known| setting.name() == known));
        let setting = found.ok_or_else(|| unknown(model, name))?;
        let value = setting.check(value).map_err(|why| Stop::new(format!("the setting `{name}` {why}")))?;
        values.set(setting.name().to_owned(), value);
    }
    Ok(())
}

/// All that callbacks and answers give to keep.
fn told<'a>(data: &'a provider::Provider<'_>) -> impl Iterator<Item = Kept<'a>> {
    let callback = data.authorization().map_or(&[][..], |authorize| authorize.callback_data().kept());
    callback.iter().chain(data.all_operations().iter().flat_map(|operation| operation.answers().kept())).copied()
}

fn unknown(provider: &Provider, name: &str) -> Stop {
    let settings = provider.settings.iter().map(|setting| setting.name.wire.as_str());
    let kept = provider.kept().into_iter().map(|kept| kept.name.wire.as_str());
    let known: Vec<_> = settings.chain(kept).collect();
    Stop::new(suggest::unknown(&format!("setting of {}", provider.title), name, &known))
}

// Numbering of values, texts and states.
#include "verify/states.h"

#include <algorithm>
#include <tuple>

namespace tribunal::verify {

namespace {

constexpr std::uint32_t something_else = 0;
constexpr std::uint32_t nil_text = 1;

}  // namespace

States::States(const KeyHistory& key, const Excerpt& excerpt)
    : domain_(key.domain), effects_(excerpt.moves.size()) {
  if (domain_ == Domain::cells) {
    number_values(key, excerpt);
  } else {
    number_texts(key, excerpt);
  }
  number_kinds();
}

// Cells: a value counts as itself in a cell when some standing demand names it there.
void States::number_values(const KeyHistory& key, const Excerpt& excerpt) {
  std::vector<std::map<std::uint64_t, std::uint32_t>> known(key.initial.size());
  const auto number = [&](const Part& part) {
    const auto at = known[part.name].find(part.value.bits());
    return at == known[part.name].end() ? something_else : at->second;
  };
  for (std::size_t i = 0; i < effects_.size(); ++i) {
    for (const Part& part : excerpt.moves[i].demands) {
      auto& values = known[part.name];
      const auto fresh = static_cast<std::uint32_t>(values.size() + 1);
      values.try_emplace(part.value.bits(), fresh);
      effects_[i].demands.push_back({part.name, number(part), part.negated});
    }
  }
  for (std::size_t i = 0; i < effects_.size(); ++i) {
    for (const Part& part : excerpt.moves[i].changes) {
      if (known[part.name].empty()) continue;  // nobody looks at this cell
      effects_[i].changes.push_back({part.name, number(part), nullptr});
    }
  }
  State first;
  for (std::uint32_t cell = 0; cell < key.initial.size(); ++cell) {
    first.push_back(number({cell, false, key.initial[cell]}));
  }
  intern(std::move(first));
}

void States::number_texts(const KeyHistory& key, const Excerpt& excerpt) {
  texts_ = {"", ""};
  for (const Move& move : excerpt.moves) {
    for (const Part& part : move.demands) {
      const history::Value seen = key.pool.value(part.value);
      if (!seen.is_nil()) observed_.push_back(seen.text());
    }
  }
  std::sort(observed_.begin(), observed_.end());
  for (std::size_t i = 0; i < effects_.size(); ++i) {
    const Move& move = excerpt.moves[i];
    for (const Part& part : move.demands) {
      const history::Value seen = key.pool.value(part.value);
      effects_[i].demands.push_back(
          {0, seen.is_nil() ? nil_text : text_number(seen.text()), false});
    }
    for (const Part& part : move.changes) {
      effects_[i].changes.push_back(text_change(key.pool.value(part.value).text(), move.appends));
    }
  }
  const history::Value initial = key.pool.value(key.initial[0]);
  intern({initial.is_nil() ? nil_text : text_number(initial.text())});
}

States::Change States::text_change(const std::string& text, bool appends) {
  if (!appends) return {0, text_number(text), nullptr};
  const bool seen = std::any_of(observed_.begin(), observed_.end(), [&](const std::string& whole) {
    return whole.find(text) != std::string::npos;
  });
  if (!seen) return {0, something_else, nullptr};
  return {0, something_else, &*appended_.insert(text).first};
}

void States::number_kinds() {
  using Signature = std::tuple<std::vector<std::uint64_t>, std::string>;
  std::map<Signature, std::uint32_t> kinds;
  for (Effect& effect : effects_) {
    Signature signature;
    auto& [numbers, text] = signature;
    for (const Demand& demand : effect.demands) {
      numbers.insert(numbers.end(), {demand.cell, demand.value, demand.negated ? 1U : 2U});
    }
    for (const Change& change : effect.changes) {
      const bool appends = change.appended != nullptr;
      numbers.insert(numbers.end(), {change.cell, change.value, appends ? 3U : 4U});
      if (appends) text = *change.appended;
    }
    effect.kind = kinds.try_emplace(std::move(signature), static_cast<std::uint32_t>(kinds.size()))
                      .first->second;
  }
}

std::uint32_t States::text_number(const std::string& text) {
  // What does not begin anything observed never will again, until a put replaces it.
  const auto next = std::lower_bound(observed_.begin(), observed_.end(), text);
  if (next == observed_.end() || next->compare(0, text.size(), text) != 0) return something_else;
  const auto [at, fresh] =
      text_numbers_.try_emplace(text, static_cast<std::uint32_t>(texts_.size()));
  if (fresh) {
    texts_.push_back(text);
    memory_ += 2 * text.size() + 128;
  }
  return at->second;
}

StateNumber States::intern(State state) {
  const auto [at, fresh] = numbers_.try_emplace(state, static_cast<StateNumber>(states_.size()));
  if (fresh) {
    memory_ += 2 * state.size() * sizeof(std::uint32_t) + 128;
    states_.push_back(std::move(state));
  }
  return at->second;
}

bool States::meets(StateNumber state, std::uint32_t move) const {
  const State& now = states_[state];
  const auto& demands = effects_[move].demands;
  return std::all_of(demands.begin(), demands.end(), [&](const Demand& demand) {
    return (now[demand.cell] == demand.value) != demand.negated;
  });
}

std::optional<StateNumber> States::after(StateNumber state, std::uint32_t move) {
  if (!meets(state, move)) return {};
  if (pure(move)) return state;
  State next = states_[state];
  for (const Change& change : effects_[move].changes) {
    std::uint32_t& cell = next[change.cell];
    if (change.appended == nullptr) {
      cell = change.value;
    } else if (cell != something_else) {
      cell = text_number(texts_[cell] + *change.appended);  // nil has an empty text
    }
  }
  return intern(std::move(next));
}

}  // namespace tribunal::verify

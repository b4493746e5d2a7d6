// The sentences of a ConfluenceReport, the same in the text, the JSON and the page. Plain text:
// what shows it quotes or escapes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/confluence.h"
#include "reports/confluence_view.h"

namespace tribunal::reports::confluence {

std::string_view verdict_word(checker::confluence::Verdict verdict);  // "NOT CONFLUENT"

// What follows the word: "two replicas that run 'register' at the same time can break ...".
std::string verdict_sentence(const ConfluenceReport& report, const std::optional<Story>& story);

// How it was reached; for how many elements it holds. Sentences.
std::string route_sentence(const ConfluenceReport& report);
std::string scope_sentence(const ConfluenceReport& report);

// Facts, without those that others make superfluous for a reader.
std::vector<std::string> fact_texts(const ConfluenceReport& report);

// Who is at fault.
std::string fault_sentence(const ConfluenceReport& report, const Story& story);

// "a = User0, b = User1"; may be empty.
std::string binding_text(const spec::Layout& layout, const Explanation& why);

// "'hire' beside 'close' can break 'works_somewhere'"; "when hire.d = close.d", may be empty.
std::string conflict_text(const spec::Spec& spec, const checker::confluence::Conflict& conflict);
std::string key_text(const spec::Spec& spec, const checker::confluence::Conflict& conflict);

// Advice begins in lower case: what shows it puts a word before it.
std::string lock_sentence(const spec::Spec& spec, const checker::confluence::Lock& lock);
std::string locks_proof(const checker::confluence::Advice& advice);
std::string cover_sentence(const ConfluenceReport& report);
std::string phases_sentence(const spec::Spec& spec, const checker::confluence::Advice& advice);
std::string variant_title(const checker::confluence::Variant& variant);
std::string variant_proof(const checker::confluence::Variant& variant);

// What allowing the violation would cost; each of these undone alone cures it; both in one.
std::string apology_cost(const ConfluenceReport& report, const Story& story,
                         const spec::Layout& layout);
std::vector<std::string> apology_cures(const ConfluenceReport& report, const Story& story);
std::string apology_sentence(const ConfluenceReport& report, const Story& story,
                             const spec::Layout& layout);

std::string execution_sentence(const ExecutionResult& result);
// What it means if a store breaks what is proven; "": it does not.
std::string disagreement(const ConfluenceReport& report);

// Lints: what the decision noticed about the specification itself.
std::vector<std::string> remarks(const ConfluenceReport& report);

// "'a'", "'a' and 'b'", "'a', 'b' and 'c'".
std::string listed(const std::vector<std::string>& names, std::string_view last = "and");

}  // namespace tribunal::reports::confluence

// The parts of the page of a ConfluenceReport; each returns markup in which every text is escaped.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reports/confluence.h"
#include "reports/confluence_view.h"
#include "spec/layout.h"

namespace tribunal::reports::confluence {

// Two branches from the common state to the merged one; what is not of that shape as swim lanes.
std::string story_html(const ConfluenceReport& report, const spec::Layout& layout,
                       const Story& story);
// Time runs down; a column for each replica, arrows for merges.
std::string lanes_svg(const ConfluenceReport& report, const Story& story);

// What was proven, drawn the same way.
std::string proof_html(const ConfluenceReport& report);

// Which invariant is broken for which elements, and what it computes.
std::string explanation_html(const ConfluenceReport& report, const spec::Layout& layout,
                             const Explanation& why);

std::string conflicts_html(const ConfluenceReport& report, const spec::Layout& layout);
std::string advice_html(const ConfluenceReport& report, const spec::Layout& layout,
                        const std::optional<Story>& story);

// The specification with what takes part in conflicts marked, and warnings where they belong.
std::string source_html(const ConfluenceReport& report);
// Lines with their tokens marked.
std::string code_html(std::string_view text);

// "<tag class="kind">escaped text</tag>"; without a class if `kind` is empty.
std::string element(std::string_view tag, std::string_view kind, std::string_view text);
// Sentences: 'names' in quotes become code.
std::string prose(std::string_view text);
std::string paragraph(std::string_view kind, std::string_view text);

}  // namespace tribunal::reports::confluence

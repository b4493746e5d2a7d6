// The page's own style and script, embedded at build time from reports/assets (cmake/embed.cmake).
#pragma once

#include <string_view>
#include <vector>

namespace tribunal::reports::assets {

// One text for each file, in the order of their names.
const std::vector<std::string_view>& styles();
const std::vector<std::string_view>& scripts();

// Of the page of a specification: base.css and reports/assets/confluence.
const std::vector<std::string_view>& confluence_styles();
const std::vector<std::string_view>& confluence_scripts();

}  // namespace tribunal::reports::assets

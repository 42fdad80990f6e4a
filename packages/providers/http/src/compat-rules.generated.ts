// Made by scripts/embed-rules.ts; change rules/compat.yaml and run it again.

/** Text of `rules/compat.yaml`. */
export const compatRules = `# The published rules that the default ones were made from, with their own thresholds: whoever any of them matches is a bot.
# They were written for sessions of an address within an hour or a day; run them so, with --client-key ip and
# --session-window day. They call most people bots who came for one page; default.yaml is what to count with.
version: 1
name: compat
classification:
  minimum_downloads: 0
confidence:
  method: evidence
  fallback: 0.5
review:
  below: 0
  anomalous_organic: false
evidence:
  patterns:
    - id: robots_txt
      reason: Has robots.txt in a request.
      weight: 1
      groups: [any]
      robots_txt_named: 1
    - id: ua_known_bot
      reason: Has bot, crawler or spider in its user agent.
      weight: 1
      groups: [any]
      ua_names_bot: 1
    - id: head_only
      reason: Only asks whether things are there.
      weight: 1
      groups: [any]
      HEAD_requests_ratio: 1
    - id: no_referrer
      reason: Never says where it comes from.
      weight: 1
      groups: [any]
      no_referrer_requests_ratio: 1
    - id: no_images
      reason: Asks for pages and for no image.
      weight: 1
      groups: [any]
      page_requests: { min: 1 }
      image_ratio: 0
    - id: single_request
      reason: Came for a single request.
      weight: 1
      groups: [any]
      number_requests_total: 1
    - id: fast_pages
      reason: Goes from page to page in less than half a second.
      weight: 1
      groups: [any]
      time_per_page: { lt: 0.5 }
    - id: fast_no_referrer
      reason: Makes more than thirty requests without a referrer on a day, less than twenty seconds apart.
      weight: 1
      groups: [any]
      max_fast_day_bare: { gt: 30 }
    - id: volume
      reason: Makes more than 1,500 requests in one session.
      weight: 1
      groups: [any]
      max_session_requests: { gt: 1500 }
behavior_type:
  automated:
    from_categories: true
    patterns: []
  organic:
    patterns:
      - id: no_hit
        reason: No rule matches.
        priority: 0
        evidence_score: { lt: 1 }
automation_category:
  bot:
    patterns:
      - id: any_hit
        reason: At least one rule matches.
        priority: 1
        evidence_score: 1
  legitimate_automation:
    patterns: []
subcategories:
  declared_bot:
    parent: bot
    any: [{ ua_names_bot: 1 }, { robots_txt_named: 1 }]
  undeclared_bot: { parent: bot, evidence_score: { min: 0 } }
  human: { parent: organic, evidence_score: { min: 0 } }
`;

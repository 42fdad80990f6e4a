// Made by scripts/embed-rules.ts; change rules/reference.yaml and run it again.

/** Text of `rules/reference.yaml`. */
export const referenceRules = `# The reference's own rules, with its thresholds: patterns and fallbacks as published, level 3 with the EBI column.
# Every pattern of a list counts; automated wins over organic, legitimate automation over bot.
version: 1
name: reference
classification:
  fallback_thresholds:
    organic_max_users: 100
    bot_min_users: 500
    bot_max_dl_per_user: 100
    hub_min_dl_per_user: 100
confidence:
  method: formula
behavior_type:
  organic:
    patterns:
      - id: working_hours_human
        reason: Active in working hours and at irregular pauses.
        working_hours_ratio: { min: 0.4 }
        regularity_score: { max: 0.6 }
      - id: irregular_intervals
        reason: Pauses between requests vary as they do for people.
        interval_cv: { min: 0.7 }
      - id: low_user_count_organic
        reason: Few users with a moderate number of downloads each.
        unique_users: { max: 50 }
        downloads_per_user: { min: 1, max: 200 }
  automated:
    patterns:
      - id: high_regularity
        reason: Pauses between requests are regular.
        regularity_score: { min: 0.7 }
      - id: non_working_hours
        reason: Mostly active at night and hardly in working hours.
        working_hours_ratio: { max: 0.25 }
        night_activity_ratio: { min: 0.35 }
      - id: high_coordination
        reason: Many users are active in the same hours.
        user_coordination_score: { min: 0.6 }
        unique_users: { min: 100 }
      - id: very_high_volume
        reason: Each user downloads very much.
        downloads_per_user: { min: 500 }
      - id: many_users_pattern
        reason: Very many users with few downloads each.
        unique_users: { min: 1000 }
        downloads_per_user: { max: 50 }
automation_category:
  bot:
    patterns:
      - id: many_users_low_dl
        reason: Very many users with few downloads each.
        unique_users: { min: 1000 }
        downloads_per_user: { max: 50 }
      - id: coordinated_activity
        reason: Users act together and each leaves little trace.
        user_coordination_score: { min: 0.7 }
        user_authenticity_score: { max: 0.4 }
      - id: ground_truth_bot
        reason: Ten thousand users or more with a handful of downloads each.
        unique_users: { min: 10000 }
        downloads_per_user: { max: 10 }
      - id: suspicious_timing
        reason: Many users, active at night and not in working hours.
        night_activity_ratio: { min: 0.5 }
        unique_users: { min: 500 }
        working_hours_ratio: { max: 0.2 }
  legitimate_automation:
    patterns:
      - id: mirror_pattern
        reason: Few users that download very much each, like a mirror.
        downloads_per_user: { min: 500 }
        unique_users: { max: 100 }
      - id: high_volume_institution
        reason: A large volume with a working-day rhythm, like an institution.
        total_downloads: { min: 100000 }
        downloads_per_user: { min: 50, max: 500 }
        working_hours_ratio: { min: 0.25 }
      - id: ci_cd_pattern
        reason: A few clients at regular pauses, like a build pipeline.
        unique_users: { max: 10 }
        regularity_score: { min: 0.7 }
        downloads_per_user: { min: 20, max: 500 }
      - id: automated_sync_pattern
        reason: A few clients at regular pauses, like a synchronisation.
        unique_users: { max: 5 }
        regularity_score: { min: 0.6 }
        downloads_per_user: { min: 50 }
subcategories:
  individual_user: { parent: organic, unique_users: { max: 5 }, downloads_per_user: { max: 30 } }
  research_group:
    parent: organic
    unique_users: { min: 5, max: 50 }
    working_hours_ratio: { min: 0.35 }
    downloads_per_user: { max: 100 }
  casual_bulk:
    parent: organic
    unique_users: { max: 10 }
    downloads_per_user: { min: 30, max: 300 }
    working_hours_ratio: { min: 0.3 }
  scraper_bot: { parent: bot, unique_users: { min: 5000 }, downloads_per_user: { max: 20 } }
  crawler_bot: { parent: bot, unique_users: { min: 1000, max: 5000 }, downloads_per_user: { min: 20, max: 100 } }
  coordinated_bot: { parent: bot, user_coordination_score: { min: 0.7 }, unique_users: { min: 500 } }
  generic_bot: { parent: bot }
  mirror: { parent: legitimate_automation, downloads_per_user: { min: 500 }, unique_users: { max: 10 } }
  institutional_hub:
    parent: legitimate_automation
    total_downloads: { min: 50000 }
    downloads_per_user: { min: 50, max: 500 }
    working_hours_ratio: { min: 0.25 }
  ci_cd_pipeline: { parent: legitimate_automation, unique_users: { max: 10 }, regularity_score: { min: 0.7 } }
  course_workshop:
    parent: legitimate_automation
    unique_users: { min: 20, max: 200 }
    downloads_per_user: { min: 3, max: 30 }
    working_hours_ratio: { min: 0.4 }
  data_aggregator: { parent: legitimate_automation, downloads_per_user: { min: 100 }, unique_users: { max: 50 } }
`;

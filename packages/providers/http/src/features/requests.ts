import { defineExtractor, type PlanNode, type Sql, sql } from '@deeplogbot/core';
import { IS } from '../aggregates.js';
import { SENSITIVE } from '../read/target.js';
import { count, flag, NO_PAGE, NO_REFERRER, share } from './spec.js';

const ratio = (condition: Sql): Sql => sql`count(*) FILTER (${condition}) / count(*)`;
const ofKind = (what: string) => share(`Share of requests for ${what}.`, '#kind ÷ n');
const ofStatus = (what: string) =>
  share(`Share of requests answered with ${what}.`, '#status ÷ n', 'the log has no status');
const statusRatio = (condition: Sql): Sql => sql`count(*) FILTER (${condition}) / nullif(count(status), 0)`;

/** What a client asked for and what it got. */
export const requestMix = defineExtractor({
  name: 'request_mix',
  from: ['requests'],
  columns: {
    number_requests_total: count('requests', 'Requests of the client.', 'n'),
    number_requests_GET: count('requests', 'Requests with the method GET.', '#GET'),
    number_requests_HEAD: count('requests', 'Requests with the method HEAD.', '#HEAD'),
    number_requests_POST: count('requests', 'Requests with the method POST.', '#POST'),
    number_requests_no_referrer: count(
      'requests',
      'Requests whose referrer is written as empty.',
      '#none',
      NO_REFERRER,
    ),
    GET_requests_ratio: share('Share of GET.', '#GET ÷ n'),
    HEAD_requests_ratio: share('Share of HEAD; 1 = only looks whether things are there.', '#HEAD ÷ n'),
    POST_requests_ratio: share('Share of POST.', '#POST ÷ n'),
    no_referrer_requests_ratio: share('Share of requests without a referrer.', '#none ÷ n', NO_REFERRER),
    unassigned_referrer_ratio: share(
      'Share of page requests without a referrer.',
      '#none ÷ #pages',
      `${NO_REFERRER}, or ${NO_PAGE}`,
    ),
    other_method_ratio: share('Share of methods other than GET, HEAD and POST.', '#other ÷ n'),
    http10_ratio: share('Share of HTTP/1.0.', '#HTTP/1.0 ÷ n', 'the log has no protocol'),
    bad_request_ratio: share('Share of lines whose request is none: nothing sent, or binary bytes.', '#bad ÷ n'),
    garbage_requests: count(
      'requests',
      'Lines of bytes that are no request, such as a TLS handshake to a plain port.',
      '#garbage',
    ),
    sensitive_missed: count(
      'requests',
      'Requests for a secret or a console that the site does not have or gives to nobody; what asks for a password (401) or has gone well for anybody is not counted.',
      '#secret with 400 to 499 but 401, 407, 408, 429, 499',
      'the log has no status',
    ),
    status_2xx_ratio: ofStatus('200 to 299'),
    status_3xx_ratio: ofStatus('300 to 399'),
    status_4xx_ratio: ofStatus('400 to 499'),
    status_5xx_ratio: ofStatus('500 to 599'),
    ratio_404: ofStatus('404'),
    ratio_403: ofStatus('403'),
    ratio_429: ofStatus('429'),
    ratio_304: ofStatus('304'),
    ratio_206: ofStatus('206'),
    retry_after_429: share(
      'Share of requests sent within a second after a 429 or 503.',
      '#retries ÷ n',
      'the log has no status',
    ),
    page_requests: count('requests', 'Requests for pages.', '#pages'),
    image_ratio: ofKind('images'),
    html_ratio: ofKind('pages'),
    script_style_ratio: ofKind('scripts and styles'),
    asset_ratio: ofKind('what a page loads by itself'),
    document_ratio: ofKind('documents'),
    zip_ratio: ofKind('archives'),
    multimedia_ratio: ofKind('sound and film'),
    binary_ratio: ofKind('archives, documents, sound and film'),
    ascii_ratio: ofKind('data files'),
    data_download_ratio: ofKind('data, archives and documents'),
    html_to_image_ratio: count(
      '1',
      'Pages for each image; a browser is far below the site without images.',
      '#pages ÷ max(#images, 1)',
    ),
    robots_txt_requested: flag('Asked for /robots.txt.', 'any'),
    sitemap_requested: flag('Asked for a sitemap.', 'any'),
    favicon_requested: flag('Asked for the icon of the site, as browsers do.', 'any'),
    feed_requested: flag('Asked for a feed.', 'any'),
    hidden_link_hits: count('requests', 'Requests for paths that no visitor is shown.', '#trap'),
    depth: count('segments', 'Deepest path.', 'max(depth)', 'no usable request'),
    depth_mean: count('segments', 'Mean depth of the paths.', 'Σ depth ÷ n', 'no usable request'),
    depth_sd: count('segments', 'Spread of the depth of the paths.', 'population sd', 'no usable request'),
    distinct_query_shapes: count('shapes', 'Distinct sets of query parameters.', 'distinct'),
  },
  query: ({ requests }) => sql`
    SELECT key, count(*) AS number_requests_total,
           count(*) FILTER (method = 'GET') AS "number_requests_GET",
           count(*) FILTER (method = 'HEAD') AS "number_requests_HEAD",
           count(*) FILTER (method = 'POST') AS "number_requests_POST",
           CASE WHEN count(referrer_kind_id) > 0 THEN count(*) FILTER (referrer_kind_id = 0) END AS number_requests_no_referrer,
           ${ratio(sql`method = 'GET'`)} AS "GET_requests_ratio",
           ${ratio(sql`method = 'HEAD'`)} AS "HEAD_requests_ratio",
           ${ratio(sql`method = 'POST'`)} AS "POST_requests_ratio",
           CASE WHEN count(referrer_kind_id) > 0 THEN ${ratio(sql`referrer_kind_id = 0`)} END AS no_referrer_requests_ratio,
           count(*) FILTER (${IS.page} AND referrer_kind_id = 0)
             / nullif(count(*) FILTER (${IS.page} AND referrer_kind_id IS NOT NULL), 0) AS unassigned_referrer_ratio,
           ${ratio(sql`method NOT IN ('GET', 'HEAD', 'POST')`)} AS other_method_ratio,
           count(*) FILTER (protocol = 'HTTP/1.0') / nullif(count(protocol), 0) AS http10_ratio,
           ${ratio(sql`bad_request`)} AS bad_request_ratio,
           count(*) FILTER (garbage = 1) AS garbage_requests,
           CASE WHEN count(status) > 0 THEN count(*) FILTER (sensitive = ${SENSITIVE.secret}
             AND status BETWEEN 400 AND 499 AND status NOT IN (401, 407, 408, 429, 499)
             AND path_id NOT IN (SELECT path_id FROM ${requests!} WHERE sensitive = ${SENSITIVE.secret} AND status BETWEEN 200 AND 399)) END AS sensitive_missed,
           ${statusRatio(sql`status BETWEEN 200 AND 299`)} AS status_2xx_ratio,
           ${statusRatio(sql`status BETWEEN 300 AND 399`)} AS status_3xx_ratio,
           ${statusRatio(sql`status BETWEEN 400 AND 499`)} AS status_4xx_ratio,
           ${statusRatio(sql`status BETWEEN 500 AND 599`)} AS status_5xx_ratio,
           ${statusRatio(sql`status = 404`)} AS ratio_404,
           ${statusRatio(sql`status = 403`)} AS ratio_403,
           ${statusRatio(sql`status = 429`)} AS ratio_429,
           ${statusRatio(sql`status = 304`)} AS ratio_304,
           ${statusRatio(sql`status = 206`)} AS ratio_206,
           ${statusRatio(sql`previous_status IN (429, 503) AND gap_us <= 1000000`)} AS retry_after_429,
           count(*) FILTER (${IS.page}) AS page_requests,
           ${ratio(IS.image)} AS image_ratio,
           ${ratio(IS.page)} AS html_ratio,
           ${ratio(IS.scriptOrStyle)} AS script_style_ratio,
           ${ratio(IS.asset)} AS asset_ratio,
           ${ratio(IS.document)} AS document_ratio,
           ${ratio(IS.archive)} AS zip_ratio,
           ${ratio(IS.media)} AS multimedia_ratio,
           ${ratio(IS.binary)} AS binary_ratio,
           ${ratio(IS.data)} AS ascii_ratio,
           ${ratio(IS.download)} AS data_download_ratio,
           count(*) FILTER (${IS.page}) / greatest(count(*) FILTER (${IS.image}), 1) AS html_to_image_ratio,
           max(CASE WHEN ${IS.robots} THEN 1 ELSE 0 END) AS robots_txt_requested,
           max(CASE WHEN ${IS.sitemap} THEN 1 ELSE 0 END) AS sitemap_requested,
           max(CASE WHEN ${IS.favicon} THEN 1 ELSE 0 END) AS favicon_requested,
           max(CASE WHEN ${IS.feed} THEN 1 ELSE 0 END) AS feed_requested,
           count(*) FILTER (trap = 1) AS hidden_link_hits,
           max(depth) AS depth,
           sum(depth) / nullif(count(depth), 0) AS depth_mean,
           sqrt(count(depth) * sum(CAST(depth AS BIGINT) * depth) - sum(depth) * sum(depth)) / nullif(count(depth), 0) AS depth_sd,
           count(DISTINCT CASE WHEN query_id >= 0 THEN query_id END) AS distinct_query_shapes
    FROM ${requests!} GROUP BY key`,
});

export const requestNodes: readonly PlanNode[] = [requestMix];

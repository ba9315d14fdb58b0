-- compatible
-- Reports about users and messages outside of groups, and what admins do with reports.
alter table groups.report
  -- squawk-ignore ban-drop-not-null
  alter column group_id drop not null,
  add column assigned_to text,
  -- Null for an open report, and for one that was closed before there were two outcomes: it was resolved.
  add column outcome text,
  -- What the admin wrote who closed it.
  add column answer text;

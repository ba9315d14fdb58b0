-- compatible

-- PostgreSQL lets a simple view be written to: another room could then change a group past its rules, locks and events.
create function groups.refuse_writing() returns trigger
language plpgsql
as $$
begin
  raise exception 'The view %.% is only for reading: groups change by the groups room alone.', tg_table_schema, tg_table_name
    using errcode = 'object_not_in_prerequisite_state';
end
$$;

create trigger refuse_writing instead of insert or update or delete on groups.membership
for each row execute function groups.refuse_writing();

create trigger refuse_writing instead of insert or update or delete on groups.titles
for each row execute function groups.refuse_writing();

create trigger refuse_writing instead of insert or update or delete on groups.erased
for each row execute function groups.refuse_writing();

-- compatible
-- What a parked event says stays in the log alone, where it goes when its message is deleted. Processes of the version
-- before still write it here.
-- squawk-ignore ban-drop-not-null
alter table delivery.parked alter column payload drop not null;

update delivery.parked set payload = null;

-- a reason has 500 code points, which H2 counts as up to 1000 characters
alter table audit alter column why set data type varchar(1000);

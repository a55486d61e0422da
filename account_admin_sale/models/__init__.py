from . import collections_limit, sale_order, sale_order_line
